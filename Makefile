# Each target works alone, on a machine with python3, git and make; the steps are in scripts/.
.PHONY: help demo serve test test-services check fmt messages bench bench-services
.DEFAULT_GOAL := help

SERVE ?= 1
export SERVE

help: ## cette liste
	@sed -n 's/^\([a-z-]*\):.*## /  make \1\t/p' Makefile | expand -t 22

demo: ## données de démonstration, deux rapports PDF, puis le site (SERVE=0 : sans le site)
	@scripts/demo.sh

serve: ## le site, avec les données en place (PORT=8001 : autre port)
	@scripts/serve.sh

test: ## tous les contrôles et tous les essais, sur SQLite
	@scripts/test.sh

test-services: ## les mêmes essais sur PostgreSQL et Redis, lancés le temps des essais
	@scripts/test_services.sh

check: ## format, règles, types, imports, migrations, traductions
	@scripts/check.sh

fmt: ## mise en forme du code et des gabarits
	@scripts/fmt.sh

messages: ## catalogues de traduction remis à jour d'après le code
	@scripts/messages.sh

bench: ## mesures de performance, chacune à côté de sa référence (ONLY="web volume" : celles-là)
	@scripts/bench.sh $(ONLY)

bench-services: ## les mêmes mesures sur PostgreSQL, lancé le temps des mesures
	@scripts/bench.sh services $(ONLY)
